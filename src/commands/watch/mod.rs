//! `watch`: polls repositories for failed runs and heals each cause once.
#![expect(clippy::disallowed_methods, reason = "shell: looks at the clock between two looks at GitHub")]

mod event;
mod hand;
mod journal;
mod treat;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::target::{Target, target};
use crate::automation;
use crate::branch::Checkout;
use crate::failure::{Exit, Failure, Kind};
use crate::github::{Attempt, Client, Ended, Poll, Stop};
use crate::options::{Output, Span, WatchRequest};
use crate::plan::OWN_BRANCHES;
use event::{About, What, say};
use journal::Journal;
use treat::{Ward, treatment};

/// The longest pause after GitHub could not be reached.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// Between two looks at each of so many repositories: what all of them cost stays far below the 5000 requests of an hour.
const EACH: Duration = Duration::from_secs(2);

/// Requests that are left for others: while the rate limit leaves fewer, runs wait.
const RESERVE: u64 = 200;

/// How often a run is fetched that cannot be fetched while its repository can be looked at.
const TRIES: u32 = 3;

/// One repository under watch.
struct Post {
    aim: Target,
    client: Client,
    checkout: Option<PathBuf>,
    journal: Journal,
    poll: Poll,
    /// When to look again.
    due: Instant,
    /// The pause after trouble; none while all is well.
    pause: Option<Duration>,
    /// Whether the rate limit leaves enough to deal with runs.
    rich: Wealth,
    /// Runs that could not be fetched, and how often.
    tries: BTreeMap<Attempt, u32>,
}

/// What the rate limit leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wealth {
    Enough,
    Little,
}

/// Runs it.
pub(super) fn run(request: &WatchRequest, output: &Output) -> Result<Exit, Failure> {
    event::check(output)?;
    let stop = Stop::listen()
        .map_err(|error| Failure::new(Kind::Internal, format!("the system does not tell when this program shall end: {error}")))?;
    let mut posts = posts(request, output, &stop)?;
    let interval = request.interval.max(EACH.saturating_mul(u32::try_from(posts.len()).unwrap_or(u32::MAX)));
    for post in &posts {
        post.say(output, What::Watching, &beginning(request, post, interval))?;
    }
    let mut first_trouble = None;
    let watch = Watch { request, output, stop: &stop, interval };
    while !stop.asked() {
        let trouble = watch.round(&mut posts)?;
        first_trouble = first_trouble.or(trouble);
        if request.span == Span::Once && posts.iter().all(Post::is_idle) {
            return first_trouble.map_or(Ok(Exit::Done), Err);
        }
        let next = posts.iter().map(|post| post.due).min().unwrap_or_else(Instant::now);
        if posts.iter().all(Post::is_idle) {
            stop.sleep(next.saturating_duration_since(Instant::now()));
        }
    }
    say(output, About::default(), What::Stopped, "what was seen is remembered")?;
    Ok(Exit::Done)
}

fn beginning(request: &WatchRequest, post: &Post, interval: Duration) -> String {
    let often = match request.span {
        Span::Once => "once".to_owned(),
        Span::Always => format!("every {} s", interval.as_secs()),
    };
    let place = match &post.checkout {
        Some(dir) if dir == Path::new(".") => "heals in this checkout".to_owned(),
        Some(dir) => format!("heals in {}", dir.display()),
        None => "diagnoses, as it has no checkout to heal in".to_owned(),
    };
    format!("{often}, {place}")
}

/// What stays the same while watching.
struct Watch<'a> {
    request: &'a WatchRequest,
    output: &'a Output,
    stop: &'a Stop,
    interval: Duration,
}

impl Watch<'_> {
    /// Looks at every repository whose time has come, and deals with one run of each; gives what went wrong.
    fn round(&self, posts: &mut [Post]) -> Result<Option<Failure>, Failure> {
        let mut first = None;
        for post in posts {
            if self.stop.asked() {
                break;
            }
            let result = self.attend(post);
            let Err(failure) = result else { continue };
            if self.stop.asked() {
                break;
            }
            if failure.exit == Exit::Authentication || matches!(failure.kind, Kind::Output | Kind::Internal) {
                return Err(failure);
            }
            post.say(self.output, What::Error, &failure.message)?;
            first = first.or(Some(failure));
        }
        Ok(first)
    }

    fn attend(&self, post: &mut Post) -> Result<(), Failure> {
        if post.due <= Instant::now() {
            self.look(post).inspect_err(|_| post.backs_off(self.interval))?;
        }
        let Some(run) = post.journal.next().filter(|_| post.rich == Wealth::Enough && post.pause.is_none()) else { return Ok(()) };
        let checkout = post.checkout.clone();
        post.client.begins_anew();
        let mut ward = Ward {
            aim: &post.aim,
            client: &mut post.client,
            checkout: checkout.as_deref(),
            journal: &mut post.journal,
            request: self.request,
            output: self.output,
            stop: self.stop,
        };
        let Err(failure) = ward.treat(run) else { return Ok(()) };
        let tries = post.tries.entry(run).or_default();
        *tries += 1;
        match failure.kind {
            // It is tried again: nothing need be wrong with the run.
            Kind::Network if *tries < TRIES => post.backs_off(self.interval),
            Kind::Authentication | Kind::Output | Kind::Internal => {}
            // Another try would end alike.
            _ if !self.stop.asked() => post.journal.treated(run, &[], treatment(self.request, checkout.as_deref()))?,
            _ => {}
        }
        let message = format!("run {}: {}", run.0, failure.message);
        Err(Failure { message, ..failure })
    }

    fn look(&self, post: &mut Post) -> Result<(), Failure> {
        post.client.begins_anew();
        let journal = &post.journal;
        let look = post.poll.look(&mut post.client, &post.aim.repo, &|run| journal.knows(run), journal.awaited())?;
        post.journal.saw(&look, is_own)?;
        post.due = Instant::now() + self.interval;
        post.pause = None;
        let rich = if look.left.is_some_and(|left| left < RESERVE) { Wealth::Little } else { Wealth::Enough };
        if rich == Wealth::Little && post.rich == Wealth::Enough {
            post.say(
                self.output,
                What::Waiting,
                &format!("the rate limit leaves fewer than {RESERVE} requests; failed runs wait for more"),
            )?;
        }
        post.rich = rich;
        Ok(())
    }
}

/// Whether a run is of this program's own doing: nothing may loop.
fn is_own(run: &Ended) -> bool {
    run.path == automation::PATH || run.branch.as_deref().is_some_and(|branch| branch.starts_with(OWN_BRANCHES))
}

impl Post {
    /// Whether nothing is to be done before its next look.
    fn is_idle(&self) -> bool {
        self.journal.next().is_none() || self.pause.is_some() || self.rich == Wealth::Little
    }

    /// Waits longer each time that something is in the way.
    fn backs_off(&mut self, interval: Duration) {
        let pause = self.pause.map_or(interval, |pause| pause.saturating_mul(2).min(LONGEST_PAUSE.max(interval)));
        self.pause = Some(pause);
        self.due = Instant::now() + pause;
    }

    fn say(&self, output: &Output, what: What, message: &str) -> Result<(), Failure> {
        say(output, About { repo: Some(&self.aim.repo), ..About::default() }, what, message)
    }
}

fn posts(request: &WatchRequest, output: &Output, stop: &Stop) -> Result<Vec<Post>, Failure> {
    let here = request.checkouts.is_empty() && request.repositories.is_empty();
    let folders = request.checkouts.iter().map(PathBuf::as_path).chain(here.then_some(Path::new(".")));
    let mut posts = Vec::new();
    for dir in folders {
        let found = Checkout::discover(dir)
            .map_err(|error| error.hints().into_iter().fold(Failure::new(Kind::Repository, error.to_string()), Failure::hint))?;
        let checkout = found.ok_or_else(|| {
            Failure::new(Kind::Repository, format!("there is no git repository around `{}`", dir.display()))
                .hint("name a checkout with --repo DIR, or a repository with -R OWNER/NAME")
        })?;
        posts.push(post(target(None, Some(&checkout))?, Some(dir.to_owned()), output, stop)?);
    }
    for name in &request.repositories {
        posts.push(post(target(Some(name), None)?, None, output, stop)?);
    }
    Ok(posts)
}

fn post(aim: Target, checkout: Option<PathBuf>, output: &Output, stop: &Stop) -> Result<Post, Failure> {
    let mut client = aim.client(Some(&aim.token()?), output)?;
    client.heeds(stop);
    let journal = Journal::open(&aim.repo)?;
    Ok(Post {
        aim,
        client,
        checkout,
        journal,
        poll: Poll::default(),
        due: Instant::now(),
        pause: None,
        rich: Wealth::Enough,
        tries: BTreeMap::new(),
    })
}
