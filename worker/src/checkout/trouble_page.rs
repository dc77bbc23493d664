//! What went wrong, as a payer reads it, or a program.

use maud::html;

use super::{
    page::{Extra, Page},
    texts::Trouble,
};
use crate::{answer::Answer, problem::Problem};

impl Page<'_> {
    /// The page about a problem; `path` is where the payer can go on, if the link is one of ours.
    #[must_use]
    pub fn trouble(&self, problem: &Problem, trouble: Trouble, path: Option<&str>) -> Answer {
        let explained = (self.texts.trouble)(trouble);
        let content = html! {
            h1 { (explained.heading) }
            p role="alert" { (explained.text) }
            @if let Some(path) = path.filter(|_| trouble.may_pass()) {
                a class="button first" href=(path) {
                    @if trouble == Trouble::Astray { (self.texts.open_again) } @else { (self.texts.try_again) }
                }
            }
        };
        problem.headed(self.answer(problem.status, explained.heading, Extra::Code(&problem.code), content))
    }

    /// The problem without anything that is not for a payer: its words are those of the page, and the merchant's own id of
    /// him, the names of settings and what is behind the Worker stay out.
    #[must_use]
    pub fn told(&self, problem: &Problem, trouble: Trouble) -> Problem {
        let mut problem = problem.clone();
        (self.texts.trouble)(trouble).text.clone_into(&mut problem.detail);
        problem.reference = None;
        if matches!(trouble, Trouble::Broken | Trouble::Status) {
            problem.field = None;
        }
        problem
    }
}
