#pragma once

#include <cstdint>
#include <string_view>
#include <tuple>

#include "calculon/base/units.h"

namespace calculon {

// Who has a field: a bit for each value of the enum that tells them apart (strategy/preset.h).
using Audience = std::uint8_t;
inline constexpr Audience kEverybody = 0xff;

template <class Who>
constexpr bool is_in(Audience audience, Who who) {
  return (static_cast<unsigned>(audience) >> static_cast<unsigned>(who) & 1U) != 0;
}

// One row describes one field of a record: its key in JSON and CSV, where it lives, its unit and a
// one-line meaning. Readers, writers, reports, tests and documentation loop over the rows, so a
// field is added in one place. `Field` is the row of an all-double record; `TypedField` the row of
// a record that mixes types, kept in a tuple and walked by for_each_field().
template <class Record>
struct Field {
  std::string_view name;
  double Record::*member;
  Unit unit;
  std::string_view help;
  Audience audience = kEverybody;

  template <class Who>
  constexpr bool belongs_to(Who who) const {
    return is_in(audience, who);
  }
};

template <class Record, class Value>
struct TypedField {
  std::string_view name;
  Value Record::*member;
  std::string_view help;
  Audience audience = kEverybody;

  template <class Who>
  constexpr bool belongs_to(Who who) const {
    return is_in(audience, who);
  }
};

template <class Record, class Value>  // clang 14 deduces nothing for aggregates on its own
TypedField(std::string_view, Value Record::*, std::string_view)->TypedField<Record, Value>;

// `Value Base::*` becomes a row of the record that derives from Base.
template <class Record, class Base, class Value>
constexpr TypedField<Record, Value> typed_field(std::string_view name, Value Base::*member,
                                                std::string_view help,
                                                Audience audience = kEverybody) {
  return {name, member, help, audience};
}

template <class Fields, class Visit>
constexpr void for_each_field(const Fields& fields, Visit&& visit) {
  std::apply([&visit](const auto&... field) { (visit(field), ...); }, fields);
}

}  // namespace calculon
