#pragma once

#include "page/page.h"

namespace calculon::test {

// A small table made by hand, with each kind of plot that suits it.
PageContent tiny_page();

// Parameters that leave their base value one at a time; two have no effect, one has no answer at
// its smallest value. No plots are asked for.
PageContent tiny_sensitivity_page();

}  // namespace calculon::test
