#include <cctype>
#include <limits>

#include "base/text.h"
#include "launch/shell_script.h"

namespace calculon {
namespace {

// A sum of products of whole numbers and variables, with parentheses.
class ShellSum {
 public:
  ShellSum(std::string_view text, const ShellScript::Variables& variables)
      : rest_(text), variables_(variables) {}

  std::optional<std::int64_t> value() {
    const auto sum = read_sum(0);
    skip_blanks();
    return rest_.empty() ? sum : std::nullopt;
  }

 private:
  using Number = std::optional<std::int64_t>;

  void skip_blanks() {
    const auto first = rest_.find_first_not_of(" \t\n");
    rest_.remove_prefix(first == std::string_view::npos ? rest_.size() : first);
  }
  // Takes one of `operators`; 0 if there is none.
  char taken(std::string_view operators) {
    skip_blanks();
    if (rest_.empty() || operators.find(rest_.front()) == std::string_view::npos) {
      return 0;
    }
    const char found = rest_.front();
    rest_.remove_prefix(1);
    return found;
  }

  Number read_sum(int depth) {
    Number sum = read_product(depth);
    for (char sign = taken("+-"); sign != 0; sign = taken("+-")) {
      sum = combined(sum, sign, read_product(depth));
    }
    return sum;
  }
  Number read_product(int depth) {
    Number product = read_factor(depth);
    for (char sign = taken("*/%"); sign != 0; sign = taken("*/%")) {
      product = combined(product, sign, read_factor(depth));
    }
    return product;
  }
  Number read_factor(int depth) {
    constexpr int kDeepest = 32;
    if (depth > kDeepest) {
      return std::nullopt;
    }
    if (taken("(") != 0) {
      const Number sum = read_sum(depth + 1);
      return taken(")") != 0 ? sum : std::nullopt;
    }
    taken("$");
    const bool braced = taken("{") != 0;
    std::size_t end = 0;
    while (end < rest_.size() &&
           (std::isalnum(static_cast<unsigned char>(rest_[end])) != 0 || rest_[end] == '_')) {
      ++end;
    }
    const std::string word(rest_.substr(0, end));
    rest_.remove_prefix(end);
    if (braced && taken("}") == 0) {
      return std::nullopt;
    }
    const auto variable = variables_.find(word);
    const bool known = variable != variables_.end() && variable->second.size() == 1;
    return parse_number<std::int64_t>(known ? variable->second.front() : word);
  }

  static Number combined(Number left, char sign, Number right) {
    if (!left || !right) {
      return std::nullopt;
    }
    std::int64_t result = 0;
    switch (sign) {
      case '+':
        return __builtin_add_overflow(*left, *right, &result) ? Number() : result;
      case '-':
        return __builtin_sub_overflow(*left, *right, &result) ? Number() : result;
      case '*':
        return __builtin_mul_overflow(*left, *right, &result) ? Number() : result;
      default:
        break;
    }
    if (*right <= 0) {
      return std::nullopt;
    }
    return sign == '/' ? *left / *right : *left % *right;
  }

  std::string_view rest_;
  const ShellScript::Variables& variables_;
};

}  // namespace

std::optional<std::int64_t> shell_arithmetic(std::string_view text,
                                             const ShellScript::Variables& variables) {
  return ShellSum(text, variables).value();
}

}  // namespace calculon
