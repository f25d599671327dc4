internal import CSystem
public import Runtime

/// SIGHUP, by which a server is asked to read its configuration again.
///
/// If the terminal that the process was started in is closed, the signal ends the process in order, as SIGTERM does.
public enum HangupSignal {
    /// Takes the signal from now on. To be called once.
    ///
    /// - Parameter requests: signals each time; requests that follow each other closely may become one.
    public static func take(_ requests: ChangeSignal) throws(SystemError) {
        try check("take the signal SIGHUP") { tintype_take_hangups() }
        SystemThread {
            while tintype_receive_hangup() == 0 { requests.signal() }
        }.detach()
    }
}
