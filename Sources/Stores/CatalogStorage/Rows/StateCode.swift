internal import Domain

/// The numbers that encode an image's state in its row.
enum StateCode {
    static func code(of state: ImageRecord.State) -> Int64 {
        switch state {
        case .pending: 0
        case .ready: 1
        case .damaged: 2
        }
    }

    static func state(of code: Int64) -> ImageRecord.State? {
        switch code {
        case 0: .pending
        case 1: .ready
        case 2: .damaged
        default: nil
        }
    }
}
