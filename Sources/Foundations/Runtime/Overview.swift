// Runtime: what concurrency needs beyond the standard library.
//
// It owns the pools of threads for calls that block (the cooperative pool must never block), locks, the signals and
// channels between tasks, single flights, bounded caches, and the lifecycle of long-running parts (`Service`).
