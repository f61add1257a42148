#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace calculon {

struct Chip;

// One row per option of a model of a training run: the published name, where the value lives and
// what it means. The command line, its help, sweeps and the messages of violated rules walk the
// rows. The default is the member's initial value.
enum class InputKind { kInteger, kReal, kFlag, kChip };

using InputValue = std::variant<std::int64_t, double, bool, const Chip*>;

template <class Inputs>
struct InputField {
  using Member =
      std::variant<std::int64_t Inputs::*, std::optional<std::int64_t> Inputs::*, double Inputs::*,
                   std::optional<double> Inputs::*, bool Inputs::*, const Chip * Inputs::*>;

  std::string_view name;
  Member member;
  std::string_view help;
  bool required = false;
  bool head_only = false;    // not an option of the model's seed version
  bool may_be_zero = false;  // all other numbers have to be above 0

  constexpr InputKind kind() const {
    constexpr InputKind kKinds[] = {InputKind::kInteger, InputKind::kInteger, InputKind::kReal,
                                    InputKind::kReal,    InputKind::kFlag,    InputKind::kChip};
    return kKinds[member.index()];
  }
};

// Puts a value of the row's kind into its place.
template <class Inputs>
void set_input(Inputs& inputs, const InputField<Inputs>& field, const InputValue& value) {
  const auto set = [&](auto member) {
    using Slot = std::remove_reference_t<decltype(inputs.*member)>;
    if constexpr (std::is_same_v<Slot, std::optional<std::int64_t>>) {
      inputs.*member = std::get<std::int64_t>(value);
    } else if constexpr (std::is_same_v<Slot, std::optional<double>>) {
      inputs.*member = std::get<double>(value);
    } else {
      inputs.*member = std::get<Slot>(value);
    }
  };
  std::visit(set, field.member);
}

// What is in the row's place; nothing for an option without default that was not given.
template <class Inputs>
std::optional<InputValue> get_input(const Inputs& inputs, const InputField<Inputs>& field) {
  const auto get = [&](auto member) -> std::optional<InputValue> {
    using Slot = std::remove_cvref_t<decltype(inputs.*member)>;
    if constexpr (std::is_same_v<Slot, std::optional<std::int64_t>> ||
                  std::is_same_v<Slot, std::optional<double>>) {
      return inputs.*member ? std::optional<InputValue>(*(inputs.*member)) : std::nullopt;
    } else if constexpr (std::is_pointer_v<Slot>) {
      return inputs.*member ? std::optional<InputValue>(inputs.*member) : std::nullopt;
    } else {
      return inputs.*member;
    }
  };
  return std::visit(get, field.member);
}

// A signed decimal integer below 2^63; "1e3" and "2.0" are none.
std::optional<std::int64_t> parse_integer(std::string_view text);
// A decimal number with optional sign, fraction and exponent, or inf or nan.
std::optional<double> parse_real(std::string_view text);
// A number or "true" or "false", as the kind says; chips are looked up elsewhere.
std::optional<InputValue> parse_input(InputKind kind, std::string_view text);

// "2048", "0.6", "true", "H100"
std::string input_text(const InputValue& value);
// "an integer", "a number" ...: what is accepted.
std::string_view accepted_input(InputKind kind);

// Whether the value obeys the first rule of both models: numbers are finite and above 0.
bool is_positive(const InputValue& value, bool or_zero);

}  // namespace calculon
