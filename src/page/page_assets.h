#pragma once

#include <string_view>

namespace calculon {

// What every page carries, embedded from files when the program is built (cmake/page_assets.cmake).
extern const std::string_view kVegaScript;  // defines `vega`
extern const std::string_view kPageScript;  // page.js
extern const std::string_view kPageStyle;   // page.css
// What the page may do (Content-Security-Policy): run these two scripts, and load nothing.
extern const std::string_view kPagePolicy;

}  // namespace calculon
