public import SystemIO

/// Where a server listens.
public enum ListeningAddress: Sendable, Hashable {
    /// A host, which is a name or an address of IPv4 or IPv6, and a port; 0 lets the system choose.
    case tcp(host: String, port: Int)
    /// A Unix socket, with the permissions of its file as in chmod(2).
    case unix(path: FilePath, mode: UInt32)
    /// A socket of the process that listens already, of TCP or Unix.
    case inherited(descriptor: Int32)
}
