internal import CatalogStorage
internal import API
internal import CommandLine
internal import Domain
internal import HTTPServer
public import HTTPTypes
public import KeyStorage
public import Runtime
internal import Services
internal import SystemIO
internal import Telemetry
internal import Transformations

/// The server: its services, its routes, and the parts that run.
public struct ServerAssembly: Sendable {
    /// Answers requests, with everything around the routes that a request over HTTP passes through.
    public let handler: any HTTPHandler
    /// The proxies whose forwarding fields the HTTP server believes.
    public var proxies: TrustedProxies { chain.proxies.value }
    /// Identifies the senders of requests.
    let authenticator: Authenticator
    /// All routes, which a test compares with `openapi.yaml`.
    let routes: [Route]
    private let assembly: RepositoryAssembly
    private let folder: DataFolder
    private let settings: ServerSettings
    private let runner: JobRunner
    private let webhooks: Webhooks
    private let chain: RequestChain
    private let presets: Replaceable<RenderPresets>
    private let keys: KeyRing
    let drain: Drain

    /// - Parameters:
    ///   - keys: sign sessions.
    ///   - addressKeys: sign addresses.
    ///   - shareKeys: make the addresses of shares.
    public init(
        _ assembly: RepositoryAssembly, folder: DataFolder, keys: KeyRing, addressKeys: AddressKeys,
        shareKeys: ShareKeys, settings: ServerSettings
    ) {
        (self.assembly, self.folder, self.settings, self.keys) = (assembly, folder, settings, keys)
        presets = Replaceable(settings.presets)
        runner = JobRunner(
            repository: assembly.repository, kept: assembly.kept, compressed: assembly.compressed,
            ingest: assembly.ingest, bulk: assembly.bulk, jobs: assembly.jobs, concurrency: settings.workers)
        authenticator = Authenticator(
            repository: assembly.repository, keys: keys, accounts: assembly.accounts, policy: settings.access)
        drain = Drain(seconds: settings.listener.drainSeconds)
        webhooks = Webhooks(
            repository: assembly.repository,
            sender: HTTPWebhookSender(
                allowsPrivate: settings.allowsPrivateWebhooks, userAgent: "tintype/\(ProgramVersion.current.number)"),
            encode: WebhookMessageView.encode)
        routes =
            Self.routes(
                assembly, keys: keys, addressKeys: addressKeys, shareKeys: shareKeys, presets: presets, drain: drain,
                settings) + WebhookRoutes(webhooks: webhooks).routes
        let chain = RequestChain(
            routes: routes, authenticator: authenticator, log: assembly.log, settings: settings)
        self.chain = chain
        handler = RequestLog(
            chain, log: { [log = assembly.log] in chain.logsRequests ? log : nil }, metrics: assembly.metrics)
        ServerMetrics.observe(assembly, cache: folder.cache)
    }

    private static func routes(
        _ assembly: RepositoryAssembly, keys: KeyRing, addressKeys: AddressKeys, shareKeys: ShareKeys,
        presets: Replaceable<RenderPresets>, drain: Drain, _ settings: ServerSettings
    ) -> [Route] {
        let (repository, files, library) = (assembly.repository, assembly.files, assembly.library)
        let (jobs, accounts) = (assembly.jobs, assembly.accounts)
        let caching = FileCaching(settings.caching)
        let signatures = AddressSignatures(keys: addressKeys, isRequired: settings.requiresSignatures)
        let sessions = Sessions(repository: repository, passwords: assembly.passwords, keys: keys)
        let ingest = assembly.ingest
        let archives = Archives(repository: repository)
        let visits = ShareVisitRoutes(
            visits: ShareVisits(repository: repository, passwords: assembly.passwords, keys: shareKeys),
            ingest: assembly.ingest, archives: archives, files: files, renditions: assembly.requested,
            presets: { presets.value },
            automaticFormats: settings.automaticFormats, caching: caching)
        let batches = Batches(repository: repository, ingest: ingest, jobs: jobs, files: files)
        return UploadRoutes(ingest: ingest, albums: assembly.albums).routes
            + ResumableUploadRoutes(uploads: assembly.uploads).routes
            + BatchRoutes(batches: batches, caching: caching, isStopping: { drain.hasBegun }).routes
            + ImageRoutes(library: library, files: files, signatures: signatures, caching: caching).routes
            + RenderRoutes(
                renditions: assembly.requested, signatures: signatures, presets: { presets.value },
                automaticFormats: settings.automaticFormats, caching: caching
            ).routes
            + SignatureRoutes(library: library, signatures: signatures, presets: { presets.value }).routes
            + ImageServiceRoutes(renditions: assembly.requested, signatures: signatures, caching: caching).routes
            + OriginalRoutes(originals: assembly.originals).routes
            + CompressedFileRoutes(ingest: ingest).routes
            + StoreRoutes(
                files: files, compressed: assembly.compressed, jobs: jobs, signatures: signatures,
                caching: caching
            ).routes
            + SearchRoutes(search: ImageSearch(repository: repository)).routes
            + DigestRoutes(library: library).routes
            + AlbumRoutes(albums: assembly.albums, accounts: accounts, bulk: assembly.bulk).routes
            + ShareRoutes(
                shares: Shares(repository: repository, passwords: assembly.passwords, keys: shareKeys),
                accounts: accounts, visits: visits
            ).routes
            + TrashRoutes(trash: assembly.trash, bulk: assembly.bulk).routes
            + SelectionRoutes(selections: assembly.selections).routes
            + BulkChangeRoutes(bulk: assembly.bulk).routes
            + ChangeRoutes(
                changes: assembly.changes, jobs: jobs, uploads: assembly.uploads, archives: archives,
                isStopping: { drain.hasBegun }
            ).routes
            + OperationRoutes(inventory: Inventory(repository: repository), jobs: jobs).routes
            + JobRoutes(jobs: jobs, isStopping: { drain.hasBegun }).routes
            + HealthRoutes(
                health: Health(repository: repository), metrics: assembly.metrics,
                version: ProgramVersion.current.number,
                metricsAccess: settings.metricsReaders == .admins ? .administering : .open,
                isStopping: { drain.hasBegun }
            ).routes
            + AccountRoutes(accounts: accounts).routes
            + SessionRoutes(sessions: sessions, accounts: accounts).routes
            + TokenRoutes(tokens: Tokens(repository: repository, albums: assembly.albums)).routes
            + CollectionRoutes(accounts: accounts, library: library).routes
            + ArchiveRoutes(archives: archives, accounts: accounts).routes
            + WebRoutes(library: library).routes
            + ProblemRoutes().routes
    }

    /// The parts of the server but for HTTP itself, in the order in which they start.
    public var services: [any Service] {
        [
            OpenRepository(assembly: assembly), Recovery(folder: folder, log: assembly.log), runner,
            assembly.pyramids, UploadExpiry(uploads: assembly.uploads),
            TrashPurge(trash: assembly.trash, repository: assembly.repository),
            ChangeRemoval(changes: assembly.changes, repository: assembly.repository),
            WebhookDelivery(webhooks: webhooks),
            SelectionExpiry(selections: assembly.selections, repository: assembly.repository),
        ] + refreshing + [
            ConfinementReport(
                imaging: assembly.imaging, files: ["keys", "catalog.sqlite"].map { folder.path.appending($0) },
                log: assembly.log)
        ]
    }

    private var refreshing: [any Service] {
        settings.derivationTime == .never
            ? [] : [ContentRefresh(repository: assembly.repository, kept: assembly.kept)]
    }

    /// The HTTP server, which starts last and stops first, and what delays its end.
    ///
    /// - Parameter listening: called with the addresses once the server listens.
    public func httpServices(listening: @escaping @Sendable (_ addresses: [String]) -> Void) -> [any Service] {
        HTTPService.services(
            settings.listener, proxies: chain.proxies, certificate: chain.certificate, handler: handler, drain: drain
        ) { server in
            ServerMetrics.observe(server, in: assembly.metrics)
            if let certificate = chain.certificate { ServerMetrics.observe(certificate, in: assembly.metrics) }
            listening(server.addresses)
        }
    }

    /// The server's log.
    var log: Logger { assembly.log }

    /// The certificate that new connections are shown; nil if the server was started without one.
    var certificate: TLSCertificate? { chain.certificate?.value }

    /// Applies those of the settings that `ServerOptions.reloadable` names to the requests that follow.
    ///
    /// - Returns: the options whose files have another content.
    func apply(_ settings: ServerSettings) -> [String] {
        var changed: [String] = []
        if presets.value != settings.presets { changed.append(ServerOptions.presets.name) }
        if let former = certificate, let next = settings.listener.certificate, !next.isSame(as: former) {
            changed.append(ServerOptions.tlsCertificate.name)
        }
        assembly.log.setLevel(settings.logLevel)
        chain.apply(settings)
        presets.replace(with: settings.presets)
        return changed
    }

    /// Reads the keys that sign sessions again. Those that sign addresses are read whenever they have changed.
    ///
    /// - Throws: what `KeyRing.reread` throws.
    func rereadKeys() throws { try keys.reread() }

    /// What whoever starts the server must know: lines for the log.
    public func startNotices() async throws -> [String] {
        try await (certificate.flatMap { CertificateValidity(of: $0, at: .now).warning }.map { [$0] } ?? [])
            + setupNotice() + hiddenOriginalsNotice()
    }

    /// For a month after an update: originals that everybody could have are hidden.
    private func hiddenOriginalsNotice() async throws -> [String] {
        guard try await assembly.library.hasHiddenOriginalsSinceUpdate() else { return [] }
        return [
            "originals of public images, and what they state, are given to their owners only, since this version: to give them to everybody as before, start with --public-originals, or set public_original of single images (docs/visibility.md)"
        ]
    }

    /// What must be known while there is no account. Empty if there is one.
    private func setupNotice() async throws -> [String] {
        guard settings.access != .open, try await !assembly.accounts.hasAccounts() else { return [] }
        var lines = [
            "there is no account yet: make the first one, an admin's, with POST /v1/accounts and the setup code \(assembly.accounts.setupCode.text)"
        ]
        if settings.access == .untilAccounts, !settings.localUsers.isEmpty {
            lines.append(
                "until then, programs of this user and of root on this machine may do everything without logging in; so may strangers through a proxy that runs as one of these users (see --trusted-proxies)"
            )
        }
        return lines
    }
}
