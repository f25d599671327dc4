// Telemetry: what the server says of itself: log lines and metrics.
//
// It knows nothing of images or HTTP; the rooms above name their own counters.
