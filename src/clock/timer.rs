//! Waiting in a task that waits for other things too.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::time::{Instant, Sleep, sleep_until};

/// Waits for one moment at a time.
#[derive(Debug, Default)]
pub(crate) struct Timer(Option<Pin<Box<Sleep>>>);

impl Timer {
    /// Ready when `due` has come.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>, due: Instant) -> Poll<()> {
        if Instant::now() < due {
            let sleep = self.0.get_or_insert_with(|| Box::pin(sleep_until(due)));
            if sleep.deadline() != due {
                sleep.as_mut().reset(due);
            }
            ready!(sleep.as_mut().poll(cx));
        }
        self.0 = None;
        Poll::Ready(())
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_timer_waits_for_one_moment_after_the_other() {
        let start = Instant::now();
        let mut timer = Timer::default();
        let mut passed = Vec::new();
        for seconds in [5, 5, 7, 3] {
            poll_fn(|cx| timer.poll(cx, start + Duration::from_secs(seconds))).await;
            passed.push(start.elapsed().as_secs());
        }
        assert_eq!(passed, [5, 5, 7, 7]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_timer_can_be_set_to_another_moment_while_it_waits() {
        let start = Instant::now();
        let mut timer = Timer::default();
        for (seconds, ready) in [(60, false), (0, true), (5, false)] {
            let due = start + Duration::from_secs(seconds);
            let polled = poll_fn(|cx| Poll::Ready(timer.poll(cx, due))).await;
            assert_eq!(polled.is_ready(), ready);
        }
        poll_fn(|cx| timer.poll(cx, start + Duration::from_secs(2))).await;
        assert_eq!(start.elapsed(), Duration::from_secs(2));
    }
}
