public import Domain
internal import SQL

/// What one share shows, as conditions on `images`. Each query evaluates them anew, so that a share that has ended or has
/// been changed shows nothing more to those who had opened it.
public struct ShareScope: Sendable, Hashable {
    public let share: ShareID
    let owner: AccountID
    let subject: ShareSubject
    /// What a share of a search finds, with its albums looked up; nil for other shares.
    let criteria: SearchCriteria?
    private let passwordHash: String?
    private let hints: PlannerHints
    /// Whether a search finds an image: fast for one, and fast for all.
    private let matches: SQLQuery, gathers: SQLQuery

    /// - Parameter criteria: the meaning of the query of a search.
    init(_ share: Share, _ criteria: SearchCriteria?, _ dialect: CatalogDialect) {
        (self.share, owner, subject) = (share.id, share.owner, share.subject)
        (self.criteria, passwordHash) = (criteria, share.passwordHash)
        hints = dialect.hints
        matches = criteria.map { Self.matches($0, probesIndex: true, dialect) } ?? "1 = 0"
        gathers = criteria.map { Self.matches($0, probesIndex: false, dialect) } ?? "1 = 0"
    }

    public static func == (left: ShareScope, right: ShareScope) -> Bool {
        (left.share, left.owner, left.subject, left.criteria) == (
            right.share, right.owner, right.subject, right.criteria
        )
            && left.passwordHash == right.passwordHash
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(share) }

    /// Whether the share shows an image.
    var condition: SQLQuery { "(\(sql: mayShow) AND \(sql: member))" }

    /// The same for a search, if all images are looked at.
    var conditionOfAll: SQLQuery { "(\(sql: part) AND \(sql: gathers))" }

    /// Whether the share may show an image, if it has it: the share lasts, the image is still its owner's, not in the
    /// trash, and has not been hidden since it was shared.
    ///
    /// The query has reached the image by other means: the index of its owner's images would be scanned for each.
    var mayShow: SQLQuery {
        """
        \(sql: hints.hidden("images.owner")) = \(owner) AND EXISTS (SELECT 1 FROM images AS present WHERE present.seq = images.seq)
            AND \(sql: isNotHidden("images.seq")) AND \(sql: lasts)
        """
    }

    /// The same for a row of `album_images`, which has all that decides: no table is joined.
    func mayShow(listed: SQLQuery) -> SQLQuery {
        """
        \(sql: listed).owner = \(owner) AND \(sql: listed).is_present = 1
            AND \(sql: isNotHidden("\(sql: listed).image")) AND \(sql: lasts)
        """
    }

    private func isNotHidden(_ image: SQLQuery) -> SQLQuery {
        """
        NOT EXISTS (SELECT 1 FROM hidden_images WHERE hidden_images.image = \(sql: image)
            AND hidden_images.seq > (SELECT hidden_before FROM shares WHERE id = \(share)))
        """
    }

    /// The same for a search among all images of the owner, whose indexes it may use.
    var part: SQLQuery { "images.owner = \(owner) AND \(sql: mayShow)" }

    /// Whether it gives originals, as a condition that is never null.
    var givesOriginal: SQLQuery { "EXISTS (SELECT 1 FROM shares WHERE id = \(share) AND originals = 1)" }

    /// The album that it shares, as a query of its sequence.
    var album: SQLQuery {
        """
        SELECT albums.seq FROM shares JOIN albums ON albums.seq = shares.album AND albums.owner = shares.owner
        WHERE shares.id = \(share)
        """
    }

    /// That album and those in it, if they are shared, as a query of their sequences.
    var albums: SQLQuery {
        """
        WITH RECURSIVE below (seq) AS (
            \(sql: album)
            UNION SELECT albums.seq FROM below JOIN albums ON albums.parent = below.seq
            WHERE albums.owner = \(owner) AND (SELECT include_children FROM shares WHERE id = \(share)) = 1)
        SELECT seq FROM below
        """
    }

    /// Whether the share is as it was opened, and its owner may still share.
    var lasts: SQLQuery {
        """
        EXISTS (SELECT 1 FROM shares JOIN accounts ON accounts.id = shares.owner
            WHERE shares.id = \(share) AND shares.owner = \(owner) AND shares.kind = \(subject.kind)
                AND shares.query IS NOT DISTINCT FROM \(query) AND shares.password IS NOT DISTINCT FROM \(passwordHash)
                AND (shares.expires IS NULL OR shares.expires > \(Timestamp.now)) AND accounts.is_disabled = 0)
        """
    }

    private var query: String? { if case .search(let query) = subject { query } else { nil } }

    private var member: SQLQuery {
        switch subject {
        case .images:
            """
            EXISTS (SELECT 1 FROM share_images WHERE share = (SELECT seq FROM shares WHERE id = \(share))
                AND image = images.seq)
            """
        case .album:
            """
            EXISTS (SELECT 1 FROM album_images AS listed WHERE listed.image = images.seq AND listed.is_present = 1
                AND listed.album IN (\(sql: albums)))
            """
        case .search: matches
        }
    }

    private static func matches(
        _ criteria: SearchCriteria, probesIndex: Bool, _ dialect: CatalogDialect
    ) -> SQLQuery {
        let conditions = SearchConditions(criteria)
        return SearchFilter(
            conditions: conditions, part: "1 = 1", path: .order, probesIndex: probesIndex,
            key: SortKey(.oldest, conditions),
            dialect: dialect
        ).condition
    }
}
