#include <sys/epoll.h>
#include <sys/eventfd.h>
#include "CSystem.h"

int tintype_readiness_open(void) { return epoll_create1(EPOLL_CLOEXEC); }

int tintype_readiness_add(int set, int descriptor) {
    struct epoll_event event = {.events = EPOLLIN, .data = {.fd = descriptor}};
    return epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event);
}

int tintype_readiness_remove(int set, int descriptor) {
    struct epoll_event unused = {0};
    return epoll_ctl(set, EPOLL_CTL_DEL, descriptor, &unused);
}

int tintype_readiness_wait(int set, int *descriptors, int capacity) {
    struct epoll_event events[64];
    int count = epoll_wait(set, events, capacity < 64 ? capacity : 64, -1);
    for (int index = 0; index < count; index++) descriptors[index] = events[index].data.fd;
    return count;
}

int tintype_event_open(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }
