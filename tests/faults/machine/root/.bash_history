curl -x http://joe:h1story-s3cret@proxy.corp:3128 https://example.com
