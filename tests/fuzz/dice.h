#pragma once

#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>
#include <vector>

namespace calculon::fuzz {

// Choices at random that depend on nothing but their seed, on any machine.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}

  // A number from 0 to end - 1.
  std::size_t below(std::size_t end) { return random_() % end; }
  bool one_in(std::size_t n) { return below(n) == 0; }

  template <class Item>
  const Item& one_of(const std::vector<Item>& items) {
    return items[below(items.size())];
  }
  std::string one_of(std::initializer_list<const char*> words) {
    return words.begin()[below(words.size())];
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace calculon::fuzz
