//! A request from beginning to end.

use crate::{
    app::{App, Context},
    auth,
    bindings::Runtime,
    checkout::pages::error_page::explain,
    clock::elapsed,
    http::{Answer, Incoming, Problem, Record, log::Outcome, request::path, request_id, route::is_for_payers},
    routes::Route,
};

impl<P: Runtime> App<P> {
    /// Answers a request. The second is the line for the log.
    pub async fn serve(&self, mut request: impl Incoming) -> (Answer, String) {
        let began = self.platform.now();
        let request_id = request_id::of(request.header(request_id::HEADER), &self.platform);
        let mut record = Record::default();
        let (answer, problem) = match self.answer(&mut request, &mut record).await {
            Ok(answer) => (answer, None),
            Err(problem) if is_for_payers(path(request.url())) => {
                let checkout = self.settings.checkout.as_ref().ok().and_then(Option::as_ref);
                (explain(&problem, &request, checkout, &record, &request_id), Some(problem))
            }
            Err(problem) => (problem.answer(&request_id), Some(problem)),
        };
        let mut answer = answer.to(&request_id);
        let took = elapsed(&self.platform, began);
        answer.headers.push(("Server-Timing", record.server_timing(took)));
        if request.method() == "HEAD" {
            answer.body.clear();
        }
        let line = record.line(&Outcome {
            request_id: &request_id,
            method: request.method(),
            status: answer.status,
            took,
            problem: problem.as_ref(),
        });
        (answer, line)
    }

    async fn answer(&self, request: &mut impl Incoming, record: &mut Record) -> Result<Answer, Problem> {
        let route = Route::find(request.method(), path(request.url())).map_err(|unrouted| unrouted.problem(record))?;
        let spec = route.spec();
        record.route = Some(spec.path);
        let holder = auth::admit(&self.platform, &self.settings.tokens, spec, request, record).await?;
        route.handle(&mut Context { app: self, request, record, route: spec, holder }).await
    }
}

#[cfg(test)]
mod tests;
