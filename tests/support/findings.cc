#include "support/findings.h"

#include <fmt/format.h>

namespace calculon::test {

void Findings::add(const std::string& finding) {
  constexpr std::size_t kShown = 10;
  if (++count_ <= kShown) {
    text_ += finding + "\n";
  }
}

std::string Findings::text() const {
  return fmt::format("{} findings\n{}", count_, text_);
}

}  // namespace calculon::test
