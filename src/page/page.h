#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "calculon/base/mistakes.h"
#include "page/page_content.h"

namespace calculon {

// One HTML page that needs nothing from outside; equal contents give equal bytes. A column that no
// row has shows as points without a value.
std::string html_page(const PageContent& content);

// The same with the sentences at its top: which parameter matters most, and which axes change
// nothing.
struct DrawnPage {
  std::string html;
  std::vector<std::string> findings;
};
DrawnPage draw_page(const PageContent& content);

// Throws InputError unless `plots` is an array of plot objects whose columns are among `columns`.
void check_plots(const JsonReader& plots, std::span<const std::string_view> columns,
                 Mistakes& mistakes = first_mistake());

}  // namespace calculon
