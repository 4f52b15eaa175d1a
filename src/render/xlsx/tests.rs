use super::*;

#[test]
fn the_file_is_dated_by_what_the_paper_says() {
    for (words, expected) in [
        ("record 57, 2015-04-01 09:00:00 UTC (head abc…)", true),
        ("2015-04-01 09:00:00", true),
        ("record 57 (head abc…)", false),
        ("record 57, 2015-04-01 soon", false),
        ("", false),
    ] {
        assert_eq!(moment(words).is_some(), expected, "{words}");
    }
}
