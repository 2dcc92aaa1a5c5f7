// Mail as text: what names and subjects may hold, and what they may not become.
#include <gtest/gtest.h>

#include "tenants/mail/smtp.h"
#include "tenants/mail/templates.h"
#include "tests/fakes/fake_clock.h"

namespace tenantry::tenants {
namespace {

const base::TimePoint kNow = base::fromMillis(1'795'305'600'000);

std::string rendered(const Message& message) {
    return render(message, "portal@msp.example", "Nordwind", kNow).value();
}

TEST(Mail, NoNameOrSubjectBecomesAHeader) {
    const Message evil{"grace@msp.example", "Grace\r\nBcc: all@msp.example",
                       "Hello\r\n\r\nInjected\n.\r\nMAIL FROM", "text", "<p>html</p>"};
    const auto text = rendered(evil);
    const auto head = text.substr(0, text.find("\r\n\r\n"));
    EXPECT_EQ(head.find("Bcc"), std::string::npos);
    EXPECT_EQ(text.find("Injected"), std::string::npos) << "only in encoded words";
    EXPECT_NE(head.find("Subject: =?UTF-8?B?"), std::string::npos);
}

TEST(Mail, AnAddressThatEndsACommandIsRefused) {
    for (const char* address :
         {"a@b.example\r\nBcc: c@d.example", "a@b.example>", "a b@c.example", "@c.example", "a@",
          "a@b@c", "", "\"a\"@b.example", "ä@b.example", "a@b.example\n"})
        EXPECT_FALSE(isMailAddress(address)) << address;
    EXPECT_TRUE(isMailAddress("grace.hopper+x@navy.example"));
    EXPECT_FALSE(render({"a@b.example\nx", "", "s", "t", "h"}, "p@q.example", "", kNow));
}

TEST(Mail, EveryLineIsShortAndTheDateIsTheMoment) {
    Message message{"g@m.example", "Ipek Öztürk", std::string(300, 'x') + "é",
                    std::string(5000, 'y'), "<p>h</p>"};
    const auto text = rendered(message);
    for (std::size_t at = 0; at < text.size();) {
        const auto end = text.find("\r\n", at);
        ASSERT_NE(end, std::string::npos);
        EXPECT_LE(end - at, 78U) << text.substr(at, end - at);
        at = end + 2;
    }
    EXPECT_NE(text.find("Date: Sun, 22 Nov 2026 00:00:00 +0000"), std::string::npos);
}

TEST(Mail, TemplatesEscapeWhatPeopleWrote) {
    MailFacts facts;
    facts.to = "g@m.example";
    facts.toName = "<script>alert(1)</script>";
    facts.username = "a\"b";
    facts.organization = "A & B";
    facts.link = "https://portal.example/link#abc";
    facts.linkEnds = kNow;
    Branding branding{"Nord<wind>", "red;background:url(x)", "javascript:alert(1)", ""};
    const auto mail = writeMail(MailKind::kInvitation, facts, branding);
    EXPECT_EQ(mail.html.find("<script>"), std::string::npos);
    EXPECT_EQ(mail.html.find("javascript:"), std::string::npos);
    EXPECT_EQ(mail.html.find("url(x)"), std::string::npos);
    EXPECT_NE(mail.html.find("A &amp; B"), std::string::npos);
    EXPECT_NE(mail.text.find(facts.link), std::string::npos);
    EXPECT_NE(mail.html.find("https://portal.example/link#abc"), std::string::npos);
}

TEST(Mail, AServersAddressIsReadWhole) {
    const auto plain = parseSmtp("smtp://127.0.0.1:2525").value();
    EXPECT_EQ(plain.host, "127.0.0.1");
    EXPECT_EQ(plain.port, 2525);
    EXPECT_EQ(plain.tls, SmtpTls::kNone);
    const auto tls = parseSmtp("smtps://portal@msp.example@mail.example").value();
    EXPECT_EQ(tls.username, "portal@msp.example");
    EXPECT_EQ(tls.port, 465);
    EXPECT_EQ(parseSmtp("smtp+starttls://mail.example").value().port, 587);
    for (const char* wrong :
         {"mail.example", "smtp://", "smtp://h:0", "smtp://h:99999", "smtp://u@h"})
        EXPECT_FALSE(parseSmtp(wrong)) << wrong;
}

}  // namespace
}  // namespace tenantry::tenants
