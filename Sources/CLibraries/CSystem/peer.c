#define _GNU_SOURCE
#include "CSystem.h"
#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct request {
    struct nlmsghdr header;
    struct inet_diag_req_v2 socket;
};

/* The two ends of a connection as the other end's own process has them; an IPv4-mapped address as IPv4. */
static int describe(int socket, struct inet_diag_req_v2 *wanted) {
    struct sockaddr_storage own, peer;
    socklen_t own_length = sizeof own, peer_length = sizeof peer;
    if (getsockname(socket, (struct sockaddr *)&own, &own_length) != 0) return -1;
    if (getpeername(socket, (struct sockaddr *)&peer, &peer_length) != 0) return -1;
    wanted->sdiag_protocol = IPPROTO_TCP;
    wanted->idiag_states = -1U;
    wanted->id.idiag_cookie[0] = wanted->id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
    if (own.ss_family == AF_INET) {
        const struct sockaddr_in *from = (void *)&peer, *to = (void *)&own;
        wanted->sdiag_family = AF_INET;
        wanted->id.idiag_sport = from->sin_port;
        wanted->id.idiag_dport = to->sin_port;
        memcpy(wanted->id.idiag_src, &from->sin_addr, 4);
        memcpy(wanted->id.idiag_dst, &to->sin_addr, 4);
        return 0;
    }
    if (own.ss_family != AF_INET6) return -1;
    const struct sockaddr_in6 *from = (void *)&peer, *to = (void *)&own;
    wanted->sdiag_family = IN6_IS_ADDR_V4MAPPED(&from->sin6_addr) ? AF_INET : AF_INET6;
    wanted->id.idiag_sport = from->sin6_port;
    wanted->id.idiag_dport = to->sin6_port;
    size_t skipped = wanted->sdiag_family == AF_INET ? 12 : 0;
    memcpy(wanted->id.idiag_src, from->sin6_addr.s6_addr + skipped, 16 - skipped);
    memcpy(wanted->id.idiag_dst, to->sin6_addr.s6_addr + skipped, 16 - skipped);
    return 0;
}

/* Answers the description of one socket: that of the request, and of no other. */
static int find(const struct request *request, struct inet_diag_msg *found) {
    int channel = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (channel < 0) return -1;
    struct { struct nlmsghdr header; struct inet_diag_msg socket; char attributes[2048]; } answer;
    ssize_t count = -1;
    if (send(channel, request, sizeof *request, 0) == (ssize_t)sizeof *request) count = recv(channel, &answer, sizeof answer, 0);
    close(channel);
    size_t needed = offsetof(__typeof__(answer), attributes);
    if (count < (ssize_t)needed || answer.header.nlmsg_type != SOCK_DIAG_BY_FAMILY) return -1;
    *found = answer.socket;
    return 0;
}

int tintype_peer_user(int socket, unsigned *user) {
    struct request request;
    memset(&request, 0, sizeof request);
    request.header.nlmsg_len = sizeof request;
    request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    request.header.nlmsg_flags = NLM_F_REQUEST;
    struct inet_diag_msg found;
    if (describe(socket, &request.socket) != 0 || find(&request, &found) != 0) return -1;
    const struct inet_diag_sockid *is = &found.id, *asked = &request.socket.id;
    if (is->idiag_sport != asked->idiag_sport || is->idiag_dport != asked->idiag_dport) return -1;
    /* FIN_WAIT: the process has stopped sending, and waits for the answer. */
    int is_open = found.idiag_state == TCP_ESTABLISHED || found.idiag_state == TCP_FIN_WAIT1 || found.idiag_state == TCP_FIN_WAIT2;
    if (!is_open || found.idiag_inode == 0) return -1;
    *user = found.idiag_uid;
    return 0;
}
