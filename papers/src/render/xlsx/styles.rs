//! The styles of cells in a workbook.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

/// The accounting format of amounts: brackets where negative, a dash where zero.
pub(super) const AMOUNT: &str = "#,##0.00_);(#,##0.00);\"–\"_)";
const COUNT: &str = "0";
const DAY: &str = "d mmm yyyy";
const DIM: Color = Color::RGB(0x59_63_6C);
const BAND: Color = Color::RGB(0xE4_EA_F0);

/// The styles of one kind of row.
pub(super) struct Row {
    pub(super) text: Format,
    pub(super) amount: Format,
    pub(super) count: Format,
    pub(super) day: Format,
    pub(super) unstated: Format,
    /// Figures written as text.
    pub(super) figure: Format,
}

impl Row {
    fn of(plain: Format) -> Row {
        Row {
            text: plain.clone().set_text_wrap(),
            amount: plain.clone().set_num_format(AMOUNT),
            count: plain.clone().set_num_format(COUNT),
            day: plain.clone().set_num_format(DAY).set_align(FormatAlign::Left),
            unstated: plain.clone().set_italic().set_font_color(DIM),
            figure: plain.set_align(FormatAlign::Right),
        }
    }
}

pub(super) struct Styles {
    pub(super) header: Format,
    pub(super) header_of_figures: Format,
    pub(super) normal: Row,
    pub(super) subtotal: Row,
    pub(super) total: Row,
    pub(super) heading: Format,
    pub(super) title: Format,
    pub(super) dim: Format,
    pub(super) words: Format,
}

impl Styles {
    pub(super) fn new() -> Styles {
        let plain = Format::new().set_align(FormatAlign::Top);
        let header = Format::new()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::Bottom)
            .set_background_color(BAND)
            .set_border_bottom(FormatBorder::Thin);
        let sum = plain.clone().set_bold().set_border_top(FormatBorder::Thin);
        Styles {
            header_of_figures: header.clone().set_align(FormatAlign::Right),
            header,
            normal: Row::of(plain.clone()),
            total: Row::of(sum.clone().set_border_bottom(FormatBorder::Double)),
            subtotal: Row::of(sum),
            heading: plain.clone().set_bold(),
            title: Format::new().set_bold().set_font_size(16),
            dim: plain.clone().set_font_color(DIM),
            words: plain.set_text_wrap(),
        }
    }
}
