//! The host's side of services: an engine for each document that declares some, started with the first
//! of its examples.

use std::io::Read;
use std::os::unix::net::UnixStream;
use std::sync::Mutex;
use std::time::Duration;

use super::{KeeperOrder, Service, ServiceUse, ServicesOf, Standing};
use crate::lock::lock;
use crate::run::engine::{Engine, EngineSettings};
use crate::run::run_error::RunError;
use crate::run::schedule::Slot;
use crate::run::wire::{self, ZygoteOrder};
use crate::run::{Ending, Plan, Run};

/// How long the host waits for services to end.
const ENDING: Duration = Duration::from_secs(5);
/// How long it waits for an answer beyond the time that services have.
const GRACE: Duration = Duration::from_secs(30);

/// The engines of the documents with services.
pub struct Stages {
    /// Those of an engine without services.
    settings: EngineSettings,
    stages: Vec<Stage>,
}

struct Stage {
    of: ServicesOf,
    engine: Mutex<Option<Result<Engine, String>>>,
}

impl Stages {
    /// Nothing is started yet.
    pub fn new(settings: &EngineSettings) -> Stages {
        let stages = settings.services.iter().cloned().map(|of| Stage { of, engine: Mutex::new(None) });
        let stages = stages.collect();
        Stages { settings: EngineSettings { services: Vec::new(), jobs: 1, ..settings.clone() }, stages }
    }

    /// Runs a plan beside the services of its document, while no other one does.
    pub fn run(&self, plan: &Plan, used: &ServiceUse, slot: &mut Slot<'_>) -> Run {
        let Some(stage) = self.stages.iter().find(|stage| stage.of.document == used.document) else {
            return without_service("the services of its document are not started".to_owned());
        };
        let mut engine = lock(&stage.engine);
        if used.anew && matches!(*engine, Some(Ok(_))) {
            *engine = None;
        }
        let start =
            || Engine::start_beside(&self.settings, &stage.of.services).map_err(|error| error.to_string());
        match engine.get_or_insert_with(start) {
            Ok(engine) => engine.run_one(plan, slot),
            Err(reason) => without_service(reason.clone()),
        }
    }
}

fn without_service(reason: String) -> Run {
    Run { ending: Ending::WithoutService(reason), ..Run::default() }
}

/// Services that run, with their network. Dropped, they are stopped.
pub struct Kept {
    keeper: UnixStream,
    /// Closed after the keeper has ended.
    _network: UnixStream,
}

impl Kept {
    /// Has the worker, which `connect` gives connections to, start services.
    pub fn start(
        services: &[Service],
        cage: &ZygoteOrder,
        connect: impl Fn(u8) -> Result<UnixStream, RunError>,
    ) -> Result<Kept, RunError> {
        let mut network = connect(wire::NETWORK)?;
        heard(&mut network, GRACE).map_err(|reason| {
            RunError::Service(format!(
                "a service needs a network of its own, which this machine refuses: {reason}"
            ))
        })?;
        let mut keeper = connect(wire::KEEPER)?;
        let steps: u64 = services
            .iter()
            .map(|service| service.within_ms.saturating_mul(service.setup.len() as u64 + 2))
            .sum();
        let order = KeeperOrder { cage: cage.clone(), services: services.to_vec() };
        wire::write_frame(&mut keeper, &order).map_err(RunError::OrderZygote)?;
        heard(&mut keeper, GRACE.saturating_add(Duration::from_millis(steps))).map_err(RunError::Service)?;
        Ok(Kept { keeper, _network: network })
    }
}

/// The answer that comes within some time.
fn heard(connection: &mut UnixStream, within: Duration) -> Standing {
    connection.set_read_timeout(Some(within)).map_err(|error| error.to_string())?;
    wire::read_frame::<Standing>(connection, wire::MAX_HELLO).map_err(|error| error.to_string())?
}

impl Drop for Kept {
    fn drop(&mut self) {
        // Nothing comes any more but the end of the connection, when the keeper ends.
        let _ = self.keeper.shutdown(std::net::Shutdown::Write);
        let _ = self.keeper.set_read_timeout(Some(ENDING));
        let _ = self.keeper.read(&mut [0]);
    }
}
