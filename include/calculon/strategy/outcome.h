#pragma once

#include <utility>
#include <variant>

#include "calculon/strategy/reason.h"

namespace calculon {

// A value or the reason why there is none; the shape of std::expected, which C++20 lacks. REQUIRES
// of `*` and `->`: there is a value; of error(): there is none. Otherwise they throw
// std::bad_variant_access.
template <class Value>
class Outcome {
 public:
  Outcome(Value value) : held_(std::move(value)) {}
  Outcome(Infeasible infeasible) : held_(infeasible) {}

  explicit operator bool() const { return std::holds_alternative<Value>(held_); }
  const Value& operator*() const { return std::get<Value>(held_); }
  const Value* operator->() const { return &std::get<Value>(held_); }
  const Infeasible& error() const { return std::get<Infeasible>(held_); }

 private:
  std::variant<Value, Infeasible> held_;
};

}  // namespace calculon
