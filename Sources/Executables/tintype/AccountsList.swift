import Domain

/// Prints accounts on standard output, one for each line.
enum AccountsList {
    static func print(_ accounts: [Account], asJSON: Bool) {
        for account in accounts { Swift.print(asJSON ? json(account) : line(account)) }
    }

    private static func line(_ account: Account) -> String {
        let state = account.isDisabled ? "disabled" : account.hasPassword ? "active" : "no password"
        let quota = account.quotaBytes.map { " of \($0)" } ?? ""
        return
            "\(account.handle)\t\(account.role.rawValue)\t\(state)\t\(account.imageCount) images\t\(account.bytesUsed)\(quota) bytes"
    }

    /// Handles, words and numbers need no escapes.
    private static func json(_ account: Account) -> String {
        let quota = account.quotaBytes.map { "\($0)" } ?? "null"
        return
            #"{"handle":"\#(account.handle)","role":"\#(account.role.rawValue)","disabled":\#(account.isDisabled),"has_password":\#(account.hasPassword),"image_count":\#(account.imageCount),"bytes_used":\#(account.bytesUsed),"quota_bytes":\#(quota)}"#
    }
}
