// SPDX-License-Identifier: Apache-2.0
/* fixed - what still is a fixed address of somebody: a prefix that is wider than this is nobody's. */
#ifndef BASE_FIXED_H
#define BASE_FIXED_H

#define FIXED_BITS_4 24
#define FIXED_BITS_6 48

#endif
