import Testing

/// All tests that start worker processes, one after the other: some of them kill all such processes.
@Suite(.serialized)
struct ImagingSuite {}
