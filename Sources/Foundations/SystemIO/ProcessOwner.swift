internal import Glibc

/// The user who runs this process.
public enum ProcessOwner {
    /// The ids of the users who may do what this process may: its own, root, and whoever became root by sudo(8) to start
    /// it.
    public static let users: Set<UInt32> = {
        var users: Set<UInt32> = [0, geteuid()]
        if geteuid() == 0, let text = getenv("SUDO_UID"), let user = UInt32(String(cString: text)) {
            users.insert(user)
        }
        return users
    }()
}
