internal import Sodium
internal import SystemIO

/// The child's end: a process that only hashes passwords.
public enum PasswordWorker {
    /// The argument by which the program becomes a worker.
    public static let argument = "password-worker"

    /// Answers requests until the parent closes its end.
    ///
    /// - Parameter socket: the number of the inherited socket, which is taken over.
    /// - Returns: the exit code of the process.
    public static func run(socket: Int32) -> Int32 {
        let socket = DescriptorSocket(FileDescriptor(owning: socket))
        do {
            var confinement = try ProcessConfinement.begin(readable: [], needsTemporaryFiles: false)
            try ProcessConfinement.filterCalls(socket: socket, hasTemporaryFiles: false, &confinement)
            while let message = try socket.receive() {
                guard let request = PasswordRequest(message.bytes) else { return 1 }
                try socket.send(try answer(to: request).bytes)
            }
            return 0
        } catch {
            return 1
        }
    }

    private static func answer(to request: PasswordRequest) throws -> PasswordReply {
        switch request {
        case .make(let password): .hash(try PasswordHash.make(of: password))
        case .compare(let password, let hash): .matches(try PasswordHash.matches(password, hash: hash))
        }
    }
}
