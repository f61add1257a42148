#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json_reader.h"
#include "calculon/base/mistakes.h"
#include "study/spec/input_path.h"

namespace calculon {

// What a processor costs, in dollars, by what it has (docs/studies.md, "Cost").
class Cost {
 public:
  Cost() = default;
  explicit Cost(const JsonReader& cost, Mistakes& mistakes = first_mistake());

  bool known() const { return !parts_.empty(); }
  // Of one processor of this system. Throws InputError naming the known values if one of the
  // system's is not in a table.
  double price(const PointInputs& inputs) const;
  // The documents that it depends on, by name.
  std::vector<std::string_view> documents() const;
  // How many processors of a price the budget buys; 0 if there is no budget.
  std::int64_t affordable(double price) const;

 private:
  // What one thing adds to the price of a processor.
  struct PricePart {
    double dollars = 0;                            // without a path
    std::vector<InputPath> path;                   // one or none
    std::vector<std::pair<double, double>> table;  // value to dollars, ascending
    bool linear = false;                           // between the entries
  };
  PricePart parse_part(const JsonReader& part) const;
  double price_of(const PricePart& part, double value) const;

  double budget_ = 0;
  std::vector<PricePart> parts_;
};

}  // namespace calculon
