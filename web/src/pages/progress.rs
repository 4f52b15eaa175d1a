//! How far long work is: a page that reloads by itself, without scripts, until the work has ended.

use almoner_app::importing::counted;
use almoner_store::folder::Access;
use maud::html;

use crate::frame::{Page, Section};
use crate::look::{Look, Trouble};
use crate::reply::Reply;
use crate::site::locked;
use crate::work::Work;

/// Shows how far the planning or recording of a file is.
pub fn page(look: &Look<'_>, work: &Work, is_recorded: bool) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    look.read(Access::Totals, |_, _| Ok(()))?;
    let draft = locked(&look.site.drafts).get(look.part(0), &look.actor.at);
    let name = draft.map_or_else(|| "the file".to_owned(), |draft| draft.about);
    let (doing, done, all) = work.progress.now();
    let doing = if doing.is_empty() { "Waiting for other files" } else { doing };
    let title = format!("{} {name}", if is_recorded { "Recording" } else { "Checking" });
    let body = html! {
        div.notice #progress role="status" {
            p {
                strong { (doing) }
                @if all > 0 { ": " (counted(done)) " of about " (counted(all)) " rows" }
                ", after " (seconds(work.begun.elapsed().as_secs())) "."
            }
            @if all > 0 { progress max=(all) value=(done) aria-label=(doing) {} }
        }
        @if is_recorded {
            p {
                "The file is recorded as a whole or not at all, and once only. "
                "If the program stops before that, open this address again to see whether the file was recorded."
            }
        } @else {
            p { "Nothing is recorded yet. The result is shown here as soon as it is ready." }
        }
        p.hint { "This page reloads by itself. You can leave it or close the browser: the work continues." }
        div.buttons { a.button.quiet href=(look.link(&look.path)) { "Reload now" } }
    };
    let page = Page::new(Section::Import, title, body).below("Import", look.link("/import")).here(&name);
    Ok(Reply::Meanwhile(page))
}

/// Shows that a page takes long to make.
pub fn making(look: &Look<'_>, work: &Work) -> Result<Reply, Trouble> {
    // What others may see depends on every grant, which is being read.
    if look.sees_office() {
        look.read(Access::Totals, |_, _| Ok(()))?;
    }
    let body = html! {
        div.notice #progress role="status" {
            p { strong { "Reading all grants" } ", for " (seconds(work.begun.elapsed().as_secs())) " so far." }
        }
        p { "The page will appear as soon as it is ready." }
        p.hint { "This page reloads by itself. You can leave it and come back within a minute." }
        div.buttons { a.button.quiet href=(look.again()) { "Reload now" } }
    };
    Ok(Reply::Meanwhile(Page::new(Section::Reports, "One moment", body)))
}

fn seconds(seconds: u64) -> String {
    if seconds == 1 { "1 second".to_owned() } else { format!("{} seconds", counted(seconds)) }
}
