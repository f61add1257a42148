#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "calculon/base/input_error.h"

namespace calculon {

// What is wrong with an input of several parts. Its reader takes each part in attempt(): the first
// mistake ends it for those who want to use the input, and those who want to know what is wrong
// with it get the mistakes of all parts.
class Mistakes {
 public:
  // Keeps them all.
  Mistakes() = default;

  // Calls `read`; whether it threw no InputError. Its line is kept, or goes on to the caller where
  // the first mistake is one too many.
  template <class Read>
  bool attempt(const Read& read) {
    if (!keeps_) {
      read();
      return true;
    }
    try {
      read();
      return true;
    } catch (const InputError& error) {
      add(error.what());
      return false;
    }
  }

  bool keeps() const { return keeps_; }
  // Each line once.
  void add(std::string line);
  void add(const std::vector<std::string>& lines);
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  friend Mistakes& first_mistake();
  explicit Mistakes(bool keeps) : keeps_(keeps) {}

  const bool keeps_ = true;
  std::vector<std::string> lines_;
  std::unordered_set<std::string> known_;
};

// Of those who use the input: keeps none. May be shared by many threads.
Mistakes& first_mistake();

}  // namespace calculon
