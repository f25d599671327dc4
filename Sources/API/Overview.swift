// API: HTTP in, HTTP out.
//
// Each handler parses, authorises, calls one service and presents. It never imports stores, imaging or drivers.
