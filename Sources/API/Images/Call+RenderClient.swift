internal import HTTPTypes
internal import Services

extension Call {
    /// On whose behalf this request has pictures made. Without credentials it is the address, even if the server lets
    /// everybody act as one account.
    var renderClient: RenderClient {
        guard let account = viewer.account, viewer.proof != .openAccess else {
            return .address(request.origin.clientKey)
        }
        return .account(account)
    }
}
