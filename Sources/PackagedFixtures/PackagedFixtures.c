// The target that carries the fixtures as a resource. In C, because SwiftPM writes code for the resources
// of a Swift target that needs all of Foundation, which every program that links it would load.

#define _GNU_SOURCE  // for dladdr
#include "PackagedFixtures.h"

#include <dlfcn.h>
#include <stddef.h>

const char *packaged_fixtures_image(void) {
  static const char here;
  Dl_info info;
  return dladdr(&here, &info) ? info.dli_fname : NULL;
}
