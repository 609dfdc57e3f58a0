//! Numbers for Prometheus.

use std::fmt;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric as _, text};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::log::Dropped;

/// The content type of the text of [`Metrics::encode`].
pub(crate) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper bounds of the histograms, in seconds. Most verifications take 7 to 100 microseconds.
const BUCKETS: [f64; 13] = [
    0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_2, 0.000_4, 0.000_8, 0.001_6, 0.005, 0.02, 0.1, 1.0, 10.0,
];

/// What a request was about. All values are from closed lists, so that no client can add to them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Labels {
    pub(crate) operation: &'static str,
    /// Empty if the request has none that KMS knows.
    pub(crate) algorithm: &'static str,
    /// `ok` or the name of an exception.
    pub(crate) outcome: &'static str,
    /// Empty unless an invalid signature was diagnosed.
    pub(crate) cause: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Operation {
    operation: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Algorithm {
    algorithm: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reload {
    result: &'static str,
}

pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Labels, Counter>,
    seconds: Family<Operation, Histogram>,
    verification: Family<Algorithm, Histogram>,
    keys: Gauge<i64>,
    degraded: Gauge<i64>,
    reloads: Family<Reload, Counter<u64, AtomicU64>>,
    connections: Gauge<i64>,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

impl Metrics {
    pub(crate) fn new(dropped: Dropped) -> Self {
        let metrics = Self {
            registry: Registry::with_prefix("kms_verify"),
            requests: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
            verification: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
            keys: Gauge::default(),
            degraded: Gauge::default(),
            reloads: Family::default(),
            connections: Gauge::default(),
        };
        metrics.registered(dropped)
    }

    fn registered(mut self, dropped: Dropped) -> Self {
        let registry = &mut self.registry;
        registry.register("requests", "Requests of the KMS API", self.requests.clone());
        registry.register_with_unit(
            "request",
            "Time to answer a request, once its body is there",
            Unit::Seconds,
            self.seconds.clone(),
        );
        registry.register_with_unit(
            "verification",
            "Time to verify a signature, once its key is found",
            Unit::Seconds,
            self.verification.clone(),
        );
        registry.register("keys", "Public keys in use", self.keys.clone());
        registry.register(
            "degraded",
            "1 if the files of the key ring were not accepted, so that the keys before are in use",
            self.degraded.clone(),
        );
        registry.register("reloads", "Reloads of the key ring", self.reloads.clone());
        registry.register("connections", "Open connections", self.connections.clone());
        registry.register_collector(Box::new(dropped));
        self
    }

    pub(crate) fn request(&self, labels: Labels, took: Duration) {
        let operation = labels.operation;
        self.requests.get_or_create(&labels).inc();
        self.seconds
            .get_or_create(&Operation { operation })
            .observe(took.as_secs_f64());
    }

    pub(crate) fn verification(&self, algorithm: &'static str, took: Duration) {
        self.verification
            .get_or_create(&Algorithm { algorithm })
            .observe(took.as_secs_f64());
    }

    pub(crate) fn keys(&self, count: usize) {
        self.keys.set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    pub(crate) fn reload(&self, is_accepted: bool) {
        let result = if is_accepted { "accepted" } else { "rejected" };
        self.reloads.get_or_create(&Reload { result }).inc();
        self.degraded.set(i64::from(!is_accepted));
    }

    /// Counts a connection as open until the result is dropped.
    pub(crate) fn connection(&self) -> Connection {
        self.connections.inc();
        Connection(self.connections.clone())
    }

    /// All numbers, in the text format of OpenMetrics.
    pub(crate) fn encode(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = text::encode(&mut text, &self.registry);
        text
    }
}

impl Collector for Dropped {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let help = "Lines of the log that were dropped, because it was not read";
        let metric = encoder.encode_descriptor("log_dropped", help, None, MetricType::Counter)?;
        ConstCounter::new(self.count()).encode(metric)
    }
}

pub(crate) struct Connection(Gauge<i64>);

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.dec();
    }
}
