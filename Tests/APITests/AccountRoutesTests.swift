import Composition
import Domain
import HTTPTypes
import Services
import TestApplication
import Testing

@Suite struct AccountRoutesTests {
    @Test func `an account is created, read, changed and removed`() async throws {
        try await TestApplication.runWithAccounts { application in
            try await application.addKeeper()
            let admin = try await application.token(of: "boss", role: .admin)
            let made = try await application.send(
                .post, "/v1/accounts", json: #"{"handle":"Ada","password":"a passphrase","quota_bytes":5000}"#,
                token: admin)
            #expect(made.status == 201)
            #expect(made.fields["Location"] == "/v1/accounts/Ada")
            let expected: JSONValue = [
                "handle": "Ada", "role": "member", "disabled": false, "quota_bytes": 5000, "bytes_used": 0,
                "image_count": 0, "duplicates": "merge",
                "links": ["self": "/v1/accounts/Ada", "files": "/api/Ada/files"],
            ]
            #expect(made.json.without("id", "date_created") == expected)
            // Handles are not case-sensitive.
            let read = try await application.get("/v1/accounts/aDA", token: admin)
            #expect(read.status == 200 && read.json == made.json)

            let changed = try await application.send(
                .patch, "/v1/accounts/ada", json: #"{"role":"admin","disabled":true,"quota_bytes":null}"#, token: admin)
            #expect(changed.status == 200)
            #expect(changed["role"] == "admin" && changed["disabled"] == true && changed["quota_bytes"] == .null)

            let removed = try await application.send(.delete, "/v1/accounts/ada?images=delete", token: admin)
            #expect(removed.status == 200)
            #expect(removed.json == ["handle": "ada", "images_deleted": 0, "images_transferred": 0])
            #expect(
                try await application.get("/v1/accounts/ada", token: admin).problem
                    == "404 not-found: There is no such account.")
        }
    }

    @Test func `accounts are listed in pages, in the order of their handles`() async throws {
        try await TestApplication.runWithAccounts { application in
            let admin = try await application.token(of: "boss", role: .admin)
            for handle in ["carl", "Ada"] { try await application.account(handle) }
            let first = try await application.get("/v1/accounts?limit=3", token: admin)
            #expect(first.status == 200)
            #expect(first["accounts"].elements.map { $0["handle"] } == ["Ada", "boss", "carl"])
            #expect(first["ids"].elements == first["accounts"].elements.map { $0["id"] })
            let cursor = try #require(first["next"].string)
            #expect(first.fields["Link"] == "</v1/accounts?limit=3&cursor=\(cursor)>; rel=\"next\"")
            let second = try await application.get("/v1/accounts?cursor=\(cursor)", token: admin)
            #expect(second["accounts"].elements.map { $0["handle"] } == ["root"])
            #expect(second["next"] == .null && second.fields["Link"] == nil)
            for (query, detail) in [
                ("limit=0", "The parameter 'limit' must be a whole number from 1 to 1000, not '0'."),
                ("limit=1001", "The parameter 'limit' must be a whole number from 1 to 1000, not '1001'."),
                ("sort=x", "There is no parameter 'sort' here; there are: cursor, limit."),
                ("cursor=x", "The parameter 'cursor' must be the 'next' of an earlier page, as it was given, not 'x'."),
            ] {
                let answer = try await application.get("/v1/accounts?\(query)", token: admin)
                #expect(answer.problem == "400 bad-request: \(detail)")
            }
        }
    }

    @Test func `an account can see and remove only itself`() async throws {
        try await TestApplication.runWithAccounts { application in
            let ada = try await application.token(of: "ada")
            let bob = try await application.token(of: "bob")
            #expect(try await application.get("/v1/accounts/ada", token: ada)["handle"] == "ada")
            let unseen = "404 not-found: There is no such account."
            for handle in ["bob", "root", "nobody", "no%20handle", ".."] {
                #expect(try await application.get("/v1/accounts/\(handle)", token: ada).problem == unseen)
            }
            #expect(
                try await application.send(.delete, "/v1/accounts/bob?images=delete", token: ada).problem == unseen)
            // Only an admin may transfer images.
            #expect(
                try await application.send(.delete, "/v1/accounts/ada?images=transfer&to=bob", token: ada).problem
                    == "403 forbidden: Only an admin can give the images of an account to another one.")
            #expect(try await application.send(.delete, "/v1/accounts/ada?images=delete", token: ada).status == 200)
            #expect(
                try await application.get("/v1/sessions/current", token: ada).problem
                    == "401 unauthorized: The token is not valid, or not any more: log in again, or use another one.")
            #expect(try await application.get("/v1/accounts/bob", token: bob).status == 200)
        }
    }

    @Test func `removing an account requires a decision about its images`() async throws {
        try await TestApplication.runWithAccounts { application in
            let admin = try await application.token(of: "boss", role: .admin)
            let ada = try await application.token(of: "ada")
            try await application.account("bob")
            #expect(try await application.upload(TestPicture.png(), token: ada).status == 201)
            let missing = """
                400 bad-request: Say what becomes of the account's images: ?images=delete, or \
                ?images=transfer&to=HANDLE of another account.
                """
            for query in ["", "?images=keep", "?images=transfer", "?images=transfer&to=a%20b", "?images=delete&to=bob"]
            {
                #expect(
                    try await application.send(.delete, "/v1/accounts/ada\(query)", token: admin).problem == missing)
            }
            for (target, problem) in [
                (
                    "ada?images=transfer&to=ada",
                    "409 conflict: The images must go to another account than the one that is removed."
                ),
                ("ada?images=transfer&to=nobody", "404 not-found: There is no such account."),
                ("root?images=delete", "409 conflict: The built-in account cannot be removed."),
                ("ada?force=true", "400 bad-request: There is no parameter 'force' here; there are: images, to."),
            ] {
                #expect(try await application.send(.delete, "/v1/accounts/\(target)", token: admin).problem == problem)
            }
            let moved = try await application.send(
                .delete, "/v1/accounts/ada?images=transfer&to=bob", token: admin)
            #expect(moved.json == ["handle": "ada", "images_deleted": 0, "images_transferred": 1])
            #expect(try await application.get("/v1/images?owner=bob", token: admin)["ids"].count == 1)
        }
    }

    @Test func `an invalid registration is refused with a reason`() async throws {
        try await TestApplication.runWithAccounts { application in
            try await application.addKeeper()
            let admin = try await application.token(of: "boss", role: .admin)
            for (body, problem) in [
                (#"{"handle":"ada"}"#, "400 missing-member: The body lacks the member 'password'."),
                (#"{"password":"a passphrase"}"#, "400 missing-member: The body lacks the member 'handle'."),
                ("{", "400 malformed-json: The body is not valid JSON: it ends too early, after 1 bytes."),
                (
                    #"{"handle":"ada","password":"a passphrase","quota":5}"#,
                    "400 unknown-member: There is no member 'quota' here; there are: handle, password, invitation, role, setup_code, quota_bytes."
                ),
                (
                    #"{"handle":"ada","password":"a passphrase",}"#,
                    "400 malformed-json: The body is not valid JSON: there is an unexpected character, after 42 bytes."
                ),
                (
                    #"{"handle":"ada","password":"1234567"}"#,
                    "400 bad-request: A password has 8 to 1024 bytes; this one has 7."
                ),
                (
                    #"{"handle":"-ada","password":"a passphrase"}"#,
                    """
                    400 bad-request: A handle has 1 to 39 characters of a–z, 0–9, '-' and '_', and begins with a letter or \
                    digit.
                    """
                ),
                (
                    #"{"handle":"v1","password":"a passphrase"}"#,
                    "409 conflict: The handle 'v1' is reserved: choose another one."
                ),
                (
                    #"{"handle":"ada","password":"a passphrase","quota_bytes":-1}"#,
                    "400 invalid-member: The member 'quota_bytes' is not accepted: a number of bytes from 0, or null for no bound."
                ),
            ] {
                let answer = try await application.send(.post, "/v1/accounts", json: body, token: admin)
                #expect(answer.problem == problem)
            }
        }
    }

    @Test func `the first account is offered the images of the built-in one`() async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            _ = try await application.upload(TestPicture.png())
            let code = application.assembly.accounts.setupCode.text
            let body = #"{"handle":"ada","password":"a passphrase","setup_code":"\#(code)"}"#
            let stranger = try await application.send(
                .post, "/v1/accounts", ["Content-Type": "application/json"],
                body: [Array(#"{"handle":"ada","password":"a passphrase"}"#.utf8)], user: nil)
            #expect(stranger.problem.hasPrefix("403 forbidden: The first account needs the setup code"))
            let made = try await application.send(
                .post, "/v1/accounts", ["Content-Type": "application/json"], body: [Array(body.utf8)], user: nil)
            #expect(made.status == 201 && made["role"] == "admin")
            #expect(made["offer"] == ["from": "root", "images": 1, "transfer": "/v1/accounts/root/transfer"])
            let ada = try await application.token(of: "ada")
            for (json, problem) in [
                ("{}", "400 missing-member: The body lacks the member 'to'."),
                (#"{"to":"nobody"}"#, "404 not-found: There is no such account."),
                (#"{"to":"root"}"#, "409 conflict: The images must go to another account than the one that has them."),
            ] {
                let refused = try await application.send(.post, "/v1/accounts/root/transfer", json: json, token: ada)
                #expect(refused.problem == problem)
            }
            let moved = try await application.send(
                .post, "/v1/accounts/root/transfer", json: #"{"to":"ada"}"#, token: ada)
            #expect(moved.json == ["transferred": 1, "left": 0])
        }
    }

    @Test func `an original that is given up does not count towards the quota`() async throws {
        try await TestApplication.runWithAccounts(settings: { $0.derivationTime = .now }) { application in
            let (first, second) = (TestPicture.png(seed: 1), TestPicture.png(seed: 2))
            let quota = Int64(max(first.count, second.count))
            let token = try await application.token(of: "ada", quotaBytes: quota)
            func used() async throws -> JSONValue {
                try await application.get("/v1/accounts/ada", token: token)["bytes_used"]
            }
            let id = try await application.upload(first, token: token)["id"].string ?? ""
            #expect(try await used() == .integer(Int64(first.count)))
            #expect(try await application.upload(second, token: token).status == 507)
            #expect(try await application.send(.delete, "/v1/images/\(id)/original", token: token).status == 204)
            #expect(try await used() == 0)
            let other = try await application.upload(second, token: token)
            #expect(other.status == 201)
            // There is no room to take the original back, and afterwards there is.
            #expect(try await application.upload(first, token: token).status == 507)
            let otherID = other["id"].string ?? ""
            #expect(
                try await application.send(.delete, "/v1/images/\(otherID)?permanent=true", token: token).status == 204)
            #expect(try await used() == 0)
            #expect(try await application.upload(first, token: token).status == 200)
            #expect(try await used() == .integer(Int64(first.count)))
            #expect(try await application.send(.delete, "/v1/images/\(id)?permanent=true", token: token).status == 204)
            #expect(try await used() == 0)
        }
    }

    @Test func `a malformed change of an account is refused`() async throws {
        try await TestApplication.runWithAccounts { application in
            let admin = try await application.token(of: "boss", role: .admin)
            try await application.account("ada")
            for (target, body, problem) in [
                (
                    "root", #"{"disabled":true}"#,
                    "409 conflict: The built-in account stays an admin, and cannot be disabled."
                ),
                ("nobody", #"{"disabled":true}"#, "404 not-found: There is no such account."),
                (
                    "ada", "{}",
                    "400 bad-request: The body changes nothing: role, disabled, quota_bytes and duplicates can be changed."
                ),
            ] {
                let answer = try await application.send(.patch, "/v1/accounts/\(target)", json: body, token: admin)
                #expect(answer.problem == problem)
            }
            let wrong = try await application.send(
                .patch, "/v1/accounts/ada", json: #"{"disabled":"yes"}"#, token: admin)
            #expect(wrong.problem.hasPrefix("400 wrong-json-type: The member 'disabled' must be true or false."))
            // The built-in account may have a quota.
            let bounded = try await application.send(
                .patch, "/v1/accounts/root", json: #"{"quota_bytes":7}"#, token: admin)
            #expect(bounded.status == 200 && bounded["quota_bytes"] == 7)
        }
    }

    @Test func `a changed password ends the sessions of the old one`() async throws {
        try await TestApplication.runWithAccounts(settings: { $0.registration = .open }) { application in
            try await application.addKeeper()
            let body = #"{"handle":"ada","password":"first password"}"#
            let stranger = try await application.send(.post, "/v1/accounts", json: body)
            #expect(stranger.status == 201)
            let ada = try await application.token(of: "ada")
            let path = "/v1/accounts/ada/password"
            for (body, problem) in [
                (
                    #"{"current":"wrong password","password":"second password"}"#,
                    "401 wrong-password: The current password is wrong."
                ),
                (#"{"password":"second password"}"#, "403 forbidden: Give the current password too."),
                ("[]", "400 wrong-json-type: The body must be an object."),
            ] {
                let answer = try await application.send(.put, path, json: body, token: ada)
                #expect(answer.problem.hasPrefix(problem))
            }
            let changed = try await application.send(
                .put, path, json: #"{"current":"first password","password":"second password"}"#, token: ada)
            #expect(changed.status == 204 && changed.body.isEmpty)
            #expect(try await application.get("/v1/accounts/ada", token: ada).status == 401)
            let old = try await application.send(.post, "/v1/sessions", json: body)
            #expect(old.problem == "401 wrong-password: The handle or the password is wrong.")
        }
    }

    @Test func `an invitation is valid for the stated number of days`() async throws {
        try await TestApplication.runWithAccounts { application in
            let admin = try await application.token(of: "boss", role: .admin)
            let plain = try await application.send(.post, "/v1/invitations", token: admin)
            #expect(plain.status == 201)
            #expect(plain.json.names == ["id", "code", "expires_at"])
            #expect(plain["code"].string?.hasPrefix("tti_") == true)
            let expires = try #require(Timestamp(plain["expires_at"].string ?? ""))
            #expect(abs(expires.seconds - Timestamp.now.seconds - 7 * 86_400) < 60)
            for days in [0, 366] {
                let answer = try await application.send(
                    .post, "/v1/invitations", json: #"{"days":\#(days)}"#, token: admin)
                #expect(answer.problem == "400 invalid-member: An invitation lasts 1 to 365 days.")
            }
            for (days, problem) in [
                ("1.5", "400 invalid-member: The member 'days' is not accepted: a whole number expected."),
                ("1e400", "400 invalid-member: The member 'days' is not accepted: a whole number expected."),
                (#""7""#, "400 wrong-json-type: The member 'days' must be a whole number."),
            ] {
                let answer = try await application.send(
                    .post, "/v1/invitations", json: #"{"days":\#(days)}"#, token: admin)
                #expect(answer.problem == problem && answer["pointer"] == "/days")
            }
        }
    }
}
