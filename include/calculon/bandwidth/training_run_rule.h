#pragma once

#include <array>
#include <climits>
#include <string_view>

namespace calculon {

// A requirement that a parameter set of a training run can violate, by its published identifier.
// Which one is violated is an answer, made a million times in a sweep; the words with values and
// cure are made on request (violation_text.h).
struct TrainingRunRule {
  std::string_view id;
  std::string_view requirement;                 // "p_data must divide batch_size"
  std::array<std::string_view, 6> values = {};  // the options and derived numbers it is about
  std::array<std::string_view, 2> cures = {};   // the options whose change can satisfy it
  std::string_view advice = {};                 // a cure that is no number

  // 5 of "A5": rules are tested in this order. "LIMIT", which is not published, comes last.
  constexpr int number() const {
    int number = 0;
    for (const char c : id) {
      number = c >= '0' && c <= '9' ? 10 * number + (c - '0') : number;
    }
    return id == "LIMIT" ? INT_MAX : number;
  }
};

}  // namespace calculon
