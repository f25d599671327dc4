internal import CSystem
internal import Glibc

/// Asks the kernel whose a socket on this machine is (sock_diag(7)).
public enum SocketOwner {
    /// The id of the user whose process has the other end of a TCP connection.
    ///
    /// The kernel says 0 for a socket that its process has closed. So only a connection that a process holds has an
    /// owner; it may have stopped sending.
    /// - Parameter socket: this end of the connection.
    /// - Returns: nil if the other end is not on this machine, has been closed, or is not visible from here.
    public static func ofPeer(_ socket: Int32) -> UInt32? {
        var user: UInt32 = 0
        return tintype_peer_user(socket, &user) == 0 ? user : nil
    }
}
