internal import Domain
internal import HTTPTypes

extension HTTPResponse {
    /// A job that will do what was asked for.
    static func accepted(_ job: Job, _ links: Links) -> HTTPResponse {
        var response = HTTPResponse.json(.accepted, JobView(job, images: [:], links))
        response.fields["Location"] = links.job(job.id)
        return response
    }
}
