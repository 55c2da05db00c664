#pragma once

/* All services of a tree: who wins over ours, and what ours displaces. */

#include "overrides/detector.h"
#include "overrides/service.h"

/* How our variables reach services now: units/50-ec2-bootstrap.conf. */
#define SERVICES_OURS SERVICE_OURS_WINS

/* Adds what wins over our variables, by the way in which services get them; and, with
 * OVERRIDE_LOSES, what the NO_PROXY lists of services exempt that ours displaces and does not
 * cover. 0 or -ENOMEM. */
int services_find(const struct detection *detection, enum service_ours ours);
