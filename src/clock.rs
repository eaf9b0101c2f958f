//! Wall time to module time, for everything that waits.

use std::time::Duration;

use tokio::time::Instant;

use crate::time::ModuleTime;

mod timer;

pub(crate) use timer::Timer;

/// Module time that runs `scale` times as fast as wall time.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: Instant,
    scale: f64,
}

impl Clock {
    /// Starts now. `scale` must be above 0.
    pub fn start(scale: f64) -> Clock {
        Clock { start: Instant::now(), scale }
    }

    /// How many times as fast as wall time it runs.
    pub fn scale(&self) -> f64 {
        self.scale
    }

    /// The module time now.
    pub fn now(&self) -> ModuleTime {
        ModuleTime::ZERO + scaled(self.start.elapsed(), self.scale)
    }

    /// The module time that passes in so much wall time.
    pub fn module(&self, wall: Duration) -> Duration {
        scaled(wall, self.scale)
    }

    /// The moment of wall time at which `time` comes.
    pub fn when(&self, time: ModuleTime) -> Instant {
        // One nanosecond more, so that rounding never wakes the modem too early.
        self.start + scaled(time - ModuleTime::ZERO, 1.0 / self.scale) + Duration::from_nanos(1)
    }
}

/// `time` × `scale`, without overflow. At scale 1 nothing is lost to rounding.
pub(crate) fn scaled(time: Duration, scale: f64) -> Duration {
    if scale == 1.0 {
        return time;
    }
    Duration::try_from_secs_f64(time.as_secs_f64() * scale).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn module_time_runs_as_much_faster_as_told() {
        let clock = Clock::start(20.0);
        tokio::time::advance(Duration::from_secs(3)).await;
        assert_eq!(clock.now(), ModuleTime::ZERO + Duration::from_secs(60));
        let due = clock.when(ModuleTime::ZERO + Duration::from_secs(90));
        tokio::time::sleep_until(due).await;
        assert!(clock.now() >= ModuleTime::ZERO + Duration::from_secs(90));
    }
}
