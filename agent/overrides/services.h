#pragma once

/* All services of a tree: who wins over ours, and what ours displaces. */

#include "overrides/detector.h"
#include "overrides/service.h"

/* How our variables reach services now: units/50-ec2-bootstrap.conf. */
#define SERVICES_OURS SERVICE_OURS_WINS

/* Adds what wins over our variables, by the way in which services get them. 0 or -ENOMEM. */
int services_find(const struct detection *detection, enum service_ours ours);

/* Adds, with OVERRIDE_LOSES, each NO_PROXY list of a service that ours displaces and that has
 * entries which ours does not have. 0 or -ENOMEM. */
int services_find_displaced(const struct detection *detection, enum service_ours ours);
