export HTTP_PROXY=http://other.corp:8080
