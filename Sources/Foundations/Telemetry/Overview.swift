// Telemetry: log lines and metrics.
//
// It knows nothing of images or HTTP. The targets above it name their own counters.
