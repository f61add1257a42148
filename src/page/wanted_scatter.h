#pragma once

#include <string_view>

#include "page/page_content.h"

namespace calculon {

// Puts a scatter with its front before the plots of a page: `columns` are "X,Y". Throws InputError
// unless they are two columns with numbers of its rows.
void add_scatter(PageContent& content, std::string_view columns);

}  // namespace calculon
