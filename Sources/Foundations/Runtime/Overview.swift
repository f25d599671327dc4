// Runtime: threads for calls that block, and the lifecycle of long-running parts.
//
// The cooperative pool of Swift concurrency must never block; every blocking C call runs on a pool of this room.
