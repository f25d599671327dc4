import Testing

/// All tests that start worker processes, one after the other: some of them end every such process there is.
@Suite(.serialized)
struct ImagingSuite {}
