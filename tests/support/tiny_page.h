#pragma once

#include "page/page.h"

namespace calculon::test {

// A small table made by hand, with each kind of plot that suits it.
PageContent tiny_page();

}  // namespace calculon::test
