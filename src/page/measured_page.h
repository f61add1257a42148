#pragma once

#include "page/page_content.h"
#include "text/measured_report.h"

namespace calculon {

// A page of measured runs beside their predictions: one against the other, the spread of errors by
// system, and where the time of the worst ones goes. Runs of which no time counts and no peak is
// known are not on it.
PageContent measured_page(const MeasuredReport& report);

}  // namespace calculon
