#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "page/page_content.h"
#include "page/row_groups.h"

namespace calculon {

// Relative changes below this are none.
inline constexpr double kNoEffect = 1e-9;
inline constexpr std::string_view kAllTheSame = "all its values give the same within 10⁻⁹";

// The value of a parameter in the base row. Where that does not say, numbers on both sides of 1 are
// factors, of which the base's is 1; else there is none.
Cell base_value(const Table& table, const RowNumbers& rows, const std::string& parameter);

// What happens to a measure when one parameter leaves its base value.
struct Effect {
  struct Point {
    std::size_t row;
    std::string value;  // of the parameter, as text
    double change;      // of the measure, relative to the base
    bool above;         // the parameter's value is above the base's, as far as that is known
  };
  std::string parameter;
  RowNumbers rows;            // of all its values
  std::vector<Point> points;  // of those with an answer

  double least() const;     // the most negative change, at most 0
  double greatest() const;  // at least 0
  double span() const { return greatest() - least(); }
  bool none() const { return !points.empty() && span() < kNoEffect; }
};

// Those of all varied axes on `measure`, greatest span first, among `rows`; without a base that has
// an answer there are none.
std::vector<Effect> effects_of(const PageContent& content, const RowNumbers& rows,
                               const std::string& measure);

// A sentence for each axis of the product that does not change the measure anywhere.
std::vector<std::string> axes_without_effect(const PageContent& content,
                                             const std::string& measure);

std::string no_effect_sentence(const PageContent& content, const std::string& parameter,
                               const std::string& measure);

}  // namespace calculon
