#include "study/points/record_check.h"

#include <fmt/format.h>

#include <charconv>

#include "study/points/record_schema.h"

namespace calculon {
namespace {

constexpr std::size_t kIdDigits = 32;
constexpr std::size_t kSumDigits = 16;
constexpr std::size_t kIdEnd = kRecordStart.size() + kIdDigits + 1;  // behind the closing quote
constexpr std::string_view kSumStart = R"(,"sum":")";
constexpr std::size_t kSumEnd = kIdEnd + kSumStart.size() + kSumDigits + 1;
constexpr std::string_view kAxesStart = R"(,"axes":{)";

// `rest` is what stands behind the id and the checksum.
std::string checksum(std::string_view id_part, std::string_view rest) {
  std::string text(id_part);
  text += rest;
  return hash_of(text).hex().substr(0, kSumDigits);
}

bool has_checksum(std::string_view line) {
  return line.substr(kIdEnd).starts_with(kSumStart) && line.size() >= kSumEnd;
}

// "" if the line has a checksum that is right, or none and needs none.
std::string checksum_damage(std::string_view line) {
  if (!record_id(line)) {
    return "it is no record of a result";
  }
  if (line.substr(kIdEnd).starts_with(kAxesStart)) {
    return "";
  }
  if (!has_checksum(line)) {
    return "it is no record of a result";
  }
  const std::string sum = checksum(line.substr(0, kIdEnd), line.substr(kSumEnd));
  return line.substr(kIdEnd, kSumEnd - kIdEnd) == fmt::format("{}{}\"", kSumStart, sum)
             ? ""
             : "its checksum is wrong";
}

// Throws InputError.
Json parse_checked(std::string_view line) {
  Json record = Json::parse(line, nullptr, false);
  if (record.is_discarded()) {
    throw InputError("it is not valid JSON");
  }
  check_record(record);
  return record;
}

}  // namespace

std::string with_checksum(std::string_view record) {
  const std::string_view id_part = record.substr(0, kIdEnd);
  const std::string_view rest = record.substr(kIdEnd);
  return fmt::format("{}{}{}\"{}", id_part, kSumStart, checksum(id_part, rest), rest);
}

std::optional<Hash128> record_id(std::string_view line) {
  if (!line.starts_with(kRecordStart) || line.size() < kIdEnd || line[kIdEnd - 1] != '"') {
    return std::nullopt;
  }
  Hash128 id;
  const char* digits = line.data() + kRecordStart.size();
  const char* middle = digits + kIdDigits / 2;
  constexpr int kHex = 16;
  const auto high = std::from_chars(digits, middle, id.high, kHex);
  const auto low = std::from_chars(middle, digits + kIdDigits, id.low, kHex);
  if (high.ptr != middle || low.ptr != digits + kIdDigits) {
    return std::nullopt;
  }
  return id;
}

std::string record_damage(std::string_view line) {
  std::string damage = checksum_damage(line);
  if (!damage.empty() || has_checksum(line)) {
    return damage;
  }
  try {
    parse_checked(line);
  } catch (const InputError& error) {
    damage = error.what();
  }
  return damage;
}

Json parse_record(std::string_view line) {
  if (const std::string damage = checksum_damage(line); !damage.empty()) {
    throw InputError(damage);
  }
  return parse_checked(line);
}

}  // namespace calculon
