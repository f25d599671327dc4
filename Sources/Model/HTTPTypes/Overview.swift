// HTTPTypes: HTTP as values: requests, responses, fields, conditions, ranges, multipart bodies.
//
// It is pure, and follows RFC 9110 and the RFCs around it. It knows no sockets, no routes and no images.
