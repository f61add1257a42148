#include "page/plot.h"

namespace calculon {

std::string PlotRequest::text(std::string_view key, std::string_view otherwise) const {
  return plot.value(std::string(key), std::string(otherwise));
}

bool PlotRequest::flag(std::string_view key, bool otherwise) const {
  return plot.value(std::string(key), otherwise);
}

std::vector<std::string> PlotRequest::names(std::string_view key,
                                            const std::string& otherwise) const {
  if (!has(key)) {
    return otherwise.empty() ? std::vector<std::string>() : std::vector<std::string>{otherwise};
  }
  const Json& value = plot[std::string(key)];
  return value.is_array() ? value.get<std::vector<std::string>>()
                          : std::vector<std::string>{value.get<std::string>()};
}

}  // namespace calculon
